"""Tables of the ledger."""

from ledger.models.account import Account, Balance
from ledger.models.bank import BankAccount, BankLine, BankMatch, BankStatement
from ledger.models.document import Document, DocumentKind
from ledger.models.fund import CostCentre, CostCentreKind, Fund, FundKind, Payee, PeriodClosing
from ledger.models.transfer import Transfer, Turnover
from ledger.models.voucher import (
    Approval,
    ApprovalRule,
    Voucher,
    VoucherKind,
    VoucherState,
    voucher_number,
)
from ledger.models.work import AcceptedWork

__all__ = [
    "AcceptedWork",
    "Account",
    "Approval",
    "ApprovalRule",
    "Balance",
    "BankAccount",
    "BankLine",
    "BankMatch",
    "BankStatement",
    "CostCentre",
    "CostCentreKind",
    "Document",
    "DocumentKind",
    "Fund",
    "FundKind",
    "Payee",
    "PeriodClosing",
    "Transfer",
    "Turnover",
    "Voucher",
    "VoucherKind",
    "VoucherState",
    "voucher_number",
]
